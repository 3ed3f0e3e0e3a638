// A script that does nothing: what Deno itself costs.
export {};
