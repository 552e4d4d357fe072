import java.io.File
import kotlin.system.exitProcess

interface Shape {
    val area: Double
}

data class Circle(val radius: Double) : Shape {
    override val area get() = Math.PI * radius * radius
}

sealed class Expression
class Number(val value: Int) : Expression()
class Sum(val left: Expression, val right: Expression) : Expression()

enum class Color(val code: String) { RED("r"), GREEN("g") }

object Registry {
    private val names = mutableMapOf<String, Int>()
    fun add(name: String) { names[name] = (names[name] ?: 0) + 1 }
}

class Node<T : Comparable<T>>(val value: T, var next: Node<T>? = null)

fun evaluate(expression: Expression): Int = when (expression) {
    is Number -> expression.value
    is Sum -> evaluate(expression.left) + evaluate(expression.right)
}

fun String.shout(times: Int = 1) = toUpperCase() + "!".repeat(times)

inline fun <T> measured(block: () -> T): T = block()

tailrec fun gcd(a: Int, b: Int): Int = if (b == 0) a else gcd(b, a % b)

fun main() {
    val line = readLine() ?: return
    val words = line.trim().split(" ").filter { it.isNotEmpty() }
    val counts = words.groupingBy { it }.eachCount().toList().sortedByDescending { (_, count) -> count }
    for ((word, count) in counts) println("$word: ${count + 1}")
    var total = 0L
    for (i in 0 until 10 step 2) total += i
    for (i in 10 downTo 1) total -= i
    val numbers = arrayOf(3, 1, 2)
    numbers.sort()
    println(numbers.joinToString(", ") { it.toString().padStart(3) })
    val shapes: List<Shape> = listOf(Circle(1.0), Circle(2.0).copy(radius = 3.0))
    println(shapes.maxBy { it.area }?.area ?: 0.0)
    println(evaluate(Sum(Number(1), Number(2))))
    Registry.add("a".shout(2))
    var node: Node<Int>? = Node(1, Node(2))
    while (node != null) node = node.next
    try {
        measured { gcd(12, 18) / line.length }
        Color.valueOf("BLUE")
    } catch (e: IllegalArgumentException) {
        System.err.println("${e.message} ${String.format("%.2f", 0.5)}")
    } finally {
        println(File(".").exists() && total > 0)
    }
    val text = sequenceOf(1, 2, 3).map { it * it }.take(2).toList().let { "$it" }
    val lazyText by lazy { text.reversed() }
    val anonymous = object : Runnable {
        override fun run() { println(lazyText) }
    }
    anonymous.run()
    exitProcess(if (text.length > 3) 0 else 1)
}
