def greet(name)
  "Grüße, #{name}!"
end
