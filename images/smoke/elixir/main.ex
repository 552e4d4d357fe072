IO.puts(Greet.greet(String.trim(IO.gets(""))))
System.halt(3)
