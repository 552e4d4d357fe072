import kotlin.system.exitProcess

fun main() {
    println("Grüße, ${readLine()}!")
    exitProcess(3)
}
