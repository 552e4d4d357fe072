require "./greet"
puts greet(gets.not_nil!)
exit 3
