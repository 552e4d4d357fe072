import groovy.transform.CompileStatic

class Circle {
    double radius
    def area() { Math.PI * radius * radius }
    String toString() { String.format('%.2f', area()) }
}

enum Color { RED, GREEN }

@CompileStatic
int gcd(int a, int b) { b == 0 ? a : gcd(b, a % b) }

def out = new StringBuilder()
def line = new StringReader('ä b\n').readLine()
def counts = line.trim().split(/\s+/).toList().countBy { it }.sort { -it.value }
counts.each { word, number -> out << "$word: ${number + 1}\n" }
def total = (0..<10).findAll { it % 2 == 0 }.collect { it * it }.sum()
for (i in 1..3) total += i
for (int i = 0; i < 3; i++) { if (i > 1) total -= i }
def shapes = [new Circle(radius: 1), new Circle(radius: 2)]
out << shapes*.area().max() << shapes.join(', ') << gcd(12, 18)
def map = [a: 1, 'b': [2, 3]]
map.c = map.b[0] + map?.a
try {
    out << (map.missing.text as String)
} catch (NullPointerException e) {
    out << e.message
}
switch (Color.RED) {
    case Color.RED: out << 'red'; break
    default: out << 'none'
}
new PrintStream(new ByteArrayOutputStream()).println(out.toString() + total)
