import scala.collection.mutable
import scala.util.{Failure, Success, Try}

trait Shape {
  def area: Double
  def describe: String = f"$area%.2f"
}

case class Circle(radius: Double) extends Shape {
  def area = math.Pi * radius * radius
}

sealed abstract class Expression
case class Number(value: Int) extends Expression
case class Sum(left: Expression, right: Expression) extends Expression

class Node[T](val value: T, var next: Option[Node[T]] = None)(implicit ordering: Ordering[T]) {
  def <(other: Node[T]) = ordering.lt(value, other.value)
}

object Main {
  def evaluate(expression: Expression): Int = expression match {
    case Number(value) => value
    case Sum(left, right) => evaluate(left) + evaluate(right)
  }

  implicit class Shouting(text: String) {
    def shout(times: Int = 1) = text.toUpperCase + "!" * times
  }

  @annotation.tailrec
  def gcd(a: Int, b: Int): Int = if (b == 0) a else gcd(b, a % b)

  def main(arguments: Array[String]): Unit = {
    val line = scala.io.StdIn.readLine()
    val words = line.split(" ").toList.filter(_.nonEmpty)
    val counts = words.groupBy(identity).map { case (word, all) => (word, all.size) }.toSeq.sortBy(-_._2)
    for ((word, count) <- counts if count > 0) println(s"$word: ${count + 1}")
    val squares = for (i <- 1 to 3; j <- i until 5) yield i * j
    var total = 0L
    for (i <- 0 until 10 by 2) total += i
    while (total > 100) total -= 1
    val buffer = mutable.ArrayBuffer(3, 1, 2)
    buffer += 4
    println(buffer.sorted.mkString(", ") + squares.sum + evaluate(Sum(Number(1), Number(2))))
    val shapes: List[Shape] = Circle(1) :: List(Circle(2).copy(radius = 3))
    println(shapes.map(_.describe).reduce(_ + " " + _))
    val node = new Node(1, Some(new Node(2)))
    lazy val next = node.next.map(_.value).getOrElse(0)
    try {
      println(gcd(12, 18) / next)
    } catch {
      case e: ArithmeticException => Console.err.println(e.getMessage)
    } finally println("a".shout(2))
    Try(line.toInt) match {
      case Success(number) => println(number)
      case Failure(e) => println(e.getClass)
    }
    val anonymous = new Runnable { def run(): Unit = println(Map("a" -> 1).get("a")) }
    anonymous.run()
    sys.exit(0)
  }
}
