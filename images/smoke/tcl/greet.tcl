proc greet {name} { return "Grüße, $name!" }
