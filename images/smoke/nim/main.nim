import greet

echo greet(readLine(stdin))
quit(3)
