package greet

func Greet(name string) string { return "Grüße, " + name + "!" }
