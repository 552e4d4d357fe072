// The second file of warm.ts.
namespace Helpers {
    export const text = (value: unknown): string => String(value);
}
declare function external(name: string): void;
console.log(Helpers.text([1, 2, 3].map((n) => n + 1)), external);
