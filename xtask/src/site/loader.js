// Memory, table and stack are the main module's, which runs when the first screen is asked for.
let shared;
const imports = () => (shared ??= { __wasm_split: initSync() });

// Each is loaded once; one that failed, anew when it is asked for again.
const groups = new Map();
function group(name) {
    if (!groups.has(name)) {
        const placed = patiently(new URL(`./${name}.wasm`, import.meta.url))
            .then((bytes) => WebAssembly.instantiate(bytes, imports()));
        placed.catch(() => groups.delete(name));
        groups.set(name, placed);
    }
    return groups.get(name);
}

// Without patience, a group that cannot be fetched would be the end of the page; with it the page
// hears of that, and says when to try again. The first failure is taken for a hiccup and told to
// nobody: it is also what a page sees that is being left.
async function patiently(address) {
    for (let hiccup = true;; hiccup = false) {
        let answered = false;
        try {
            const answer = await fetch(address);
            answered = true;
            if (answer.ok) return await answer.arrayBuffer();
        } catch {
            if (hiccup) {
                await new Promise((again) => setTimeout(again, 300));
                continue;
            }
        }
        await new Promise((again) => dispatchEvent(new CustomEvent("chunkmissing", { detail: { again, answered } })));
    }
}

// What the program calls to have a screen: it is told by the table's function at `callback`.
const screen = (names) => async (callback, data) => {
    let there = true;
    try {
        await Promise.all(names.map(group));
    } catch (error) {
        console.error(error);
        there = false;
    }
    imports().__wasm_split.__indirect_function_table.get(callback)(data, there);
};

