object Main {
  def main(arguments: Array[String]): Unit = {
    println(Greet.greet(scala.io.StdIn.readLine()))
    sys.exit(3)
  }
}
