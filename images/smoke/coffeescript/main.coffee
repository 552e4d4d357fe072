greet = require './greet'
console.log greet require('fs').readFileSync(0, 'utf8').trim()
process.exitCode = 3
