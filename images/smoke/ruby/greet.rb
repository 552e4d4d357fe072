def greet(name) = "Grüße, #{name}!"
