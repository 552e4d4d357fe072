// Is tsc of the package node-typescript, in Node.js, which compiles something before it is asked to, so that the declarations of
// libraries are read, and waits until it is: see Prelude.swift.
'use strict';
const fs = require('fs');
const Module = require('module');
const v8 = require('v8');
const vm = require('vm');

// Belongs to the image, and no program can change it.
const PACKAGES = '/usr/share/nodejs/';
const COMPILER = PACKAGES + 'typescript/lib/tsc.js';
const START = 'ts.executeCommandLine(ts.sys, ts.noop, ts.sys.args);';
// As code-runner's TypeScriptProgram has it.
const OPTIONS = [
    '--target', 'es2020', '--module', 'commonjs', '--esModuleInterop', '--skipLibCheck', '--typeRoots',
    'node_modules/@types,/node_modules/@types,/usr/local/lib/node_modules/@types,/usr/lib/node_modules/@types,' +
    '/usr/share/nodejs/@types'];
// The first is a module; the second is one if that is forced.
const SAMPLES = ['warm.ts', 'warmer.ts'];

// What has been compiled is not to be forgotten while it waits.
v8.setFlagsFromString('--no-flush-bytecode');
v8.setFlagsFromString('--expose-gc');
const collectGarbage = vm.runInNewContext('gc');

const ts = load();
const samples = new Map(SAMPLES.map((name) => [name, fs.readFileSync(__dirname + '/' + name, 'utf8')]));
cacheFiles();
cacheSourceFiles();
warm();
ts.executeCommandLine(ts.sys, ts.noop, awaitArguments());

// The compiler as it is, without its last line, which starts it.
function load() {
    const text = fs.readFileSync(COMPILER, 'utf8').trimEnd();
    if (!text.endsWith(START)) process.reallyExit(1);
    const compiler = new Module(COMPILER);
    compiler.filename = COMPILER;
    compiler._compile(text.slice(0, -START.length) + 'module.exports = ts;', COMPILER);
    return compiler.exports;
}

// What is where in the packages.
function cacheFiles() {
    for (const name of ['fileExists', 'directoryExists', 'readFile', 'getDirectories', 'realpath']) {
        const [original, known] = [ts.sys[name], new Map()];
        ts.sys[name] = (path, ...rest) => {
            if (!path.startsWith(PACKAGES) || rest.some((argument) => argument !== undefined)) {
                return original(path, ...rest);
            }
            if (!known.has(path)) known.set(path, original(path));
            return known.get(path);
        };
    }
}

// Declarations, for programs with the same options: so editors do with ts.createDocumentRegistry, too.
function cacheSourceFiles() {
    const [createHost, createSourceFile, known] = [ts.createCompilerHostWorker, ts.createSourceFile, new Map()];
    let options = '';
    ts.createCompilerHostWorker = (...host) => {
        // Is of no import for what is a declaration.
        options = JSON.stringify({ ...host[0], moduleDetection: undefined });
        return createHost(...host);
    };
    ts.createSourceFile = (path, text, version, ...rest) => {
        if (!path.startsWith(PACKAGES) || !path.endsWith('.d.ts')) return createSourceFile(path, text, version, ...rest);
        const key = JSON.stringify([path, options, version, rest]);
        let file = known.get(key);
        if (file === undefined || file.text !== text) {
            file = createSourceFile(path, text, version, ...rest);
            known.set(key, file);
        }
        return file;
    };
}

// Compiles without a file that is the program's, and without a word.
function warm() {
    const sys = ts.sys;
    ts.sys = {
        ...sys, args: [], write() {}, writeFile() {}, createDirectory() {}, exit() {},
        fileExists: (path) => samples.has(nameOf(path)) || sys.fileExists(path),
        readFile: (path, encoding) => samples.get(nameOf(path)) ?? sys.readFile(path, encoding),
    };
    // Of programs that are one text with their libraries, what takes long is to check those, which cannot be done before.
    ts.executeCommandLine(ts.sys, ts.noop, [...OPTIONS, '--moduleDetection', 'force', SAMPLES[0]]);
    ts.executeCommandLine(ts.sys, ts.noop, [...OPTIONS, ...SAMPLES]);
    ts.sys = sys;
    collectGarbage();
}

function nameOf(path) {
    return path.slice(path.lastIndexOf('/') + 1);
}

function awaitArguments() {
    const [gate, message] = [fs.openSync('.prelude-build', 'r'), Buffer.alloc(4096)];
    const count = fs.readSync(gate, message);
    if (count === 0) process.reallyExit(1);
    fs.closeSync(gate);
    return message.toString('utf8', 0, count).split('\n').slice(1, -2);
}
