// A program with something of most of what programs have, for a compiler that is to know its way: see tsc.js.
import * as fs from "fs";
import { EventEmitter } from "events";
const path = require("path");

interface Shape { readonly name: string; area(): number; }
type Pair<A, B = A> = [A, B];
type Partially<T> = { [K in keyof T]?: T[K] extends Function ? never : T[K] };
enum Colour { Red = 1, Green, Blue = "blue".length }

abstract class Named extends EventEmitter implements Shape {
    private static count = 0;
    #secret?: number;
    constructor(public readonly name: string, protected sides: number[] = []) {
        super();
        Named.count += 1;
    }
    abstract area(): number;
    get size(): number { return this.sides.length; }
    set size(value: number) { this.sides.length = value; }
    toString(): string { return `${this.name}: ${this.area().toFixed(2)}`; }
}

class Square extends Named {
    area() { return this.sides.reduce((product, side) => product * side, 1); }
}

function* count(until: number): Generator<number> { for (let n = 0; n < until; n++) yield n; }
function first<T extends Shape>(shapes: T[], isGood?: (shape: T) => boolean): T | undefined {
    for (const shape of shapes) if (isGood?.(shape) ?? true) return shape;
    return undefined;
}
function describe(value: string | number | Date | null): string {
    switch (typeof value) {
        case "string": return value.toUpperCase();
        case "number": return value.toString(16);
        default: return value instanceof Date ? value.toISOString() : JSON.stringify(value);
    }
}

async function main(...names: string[]): Promise<void> {
    const lines = fs.readFileSync(0, "utf8").trim().split(/\r?\n/).map((line) => line.trim());
    const [head = "", ...rest] = lines;
    const counts = new Map<string, number>();
    for (const word of rest.concat(names)) counts.set(word, (counts.get(word) || 0) + 1);
    const sorted = [...counts.entries()].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
    const pair: Pair<number, string> = [sorted.length, path.join(head, "x")];
    const options: Partially<Square> = { ...new Square("s", [1, 2]), name: "t" };
    const unique = new Set(Object.keys(options).filter((key) => key in options && !/^_/.test(key)));
    let total = 0n, index = 0;
    while (index++ < 3) total += BigInt(index ** 2);
    do { index -= 1; } while (index > 0);
    for (const key in options) console.log(key, options[key as keyof typeof options]);
    try {
        const answers = await Promise.all(Array.from(count(3), async (n) => ({ n, square: n * n })));
        answers.forEach(({ n, square }) => console.log(`${n} ${square}`, pair[1], Colour[n]));
        if (total > 5 && first([new Square("s")])) throw new Error("too much");
    } catch (error) {
        console.error(error instanceof Error ? error.message : error, describe(null), unique.size);
        process.exitCode = 3;
    } finally {
        setTimeout(() => process.stdout.write("end\n"), 1);
    }
}

main("a", "b").then(() => console.log(Math.max(1, 2), parseInt("7", 10)));
const wrong: number = "An error has a text, too.";
