object Greet {
  def greet(name: String) = s"Grüße, $name!"
}
