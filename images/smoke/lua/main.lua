local greet = require("greet")
print(greet(io.read()))
os.exit(3)
