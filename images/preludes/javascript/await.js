// Runs in Node.js before it looks at main.js, and waits until that is there: see Prelude.swift.
'use strict';
const fs = require('fs');
// It is started elsewhere: Node.js looks for a package.json where it starts, and would remember that there is none.
process.chdir(require('path').dirname(process.argv[1]));
const gate = fs.openSync('.prelude-run', 'r');
if (fs.readSync(gate, Buffer.alloc(4096)) === 0) process.reallyExit(1);
fs.closeSync(gate);
// As if it had not been: neither for the program, nor for what it forks.
process.execArgv.length = 0;
delete require.cache[__filename];
