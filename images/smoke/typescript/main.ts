/// <reference path="greet.ts" />
declare const require: (name: string) => any;
declare const process: any;

console.log(greet(require('fs').readFileSync(0, 'utf8').trim()));
process.exitCode = 3;
