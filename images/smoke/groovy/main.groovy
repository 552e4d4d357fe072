println Greet.greet(System.in.newReader('UTF-8').readLine())
System.exit(3)
