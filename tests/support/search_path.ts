/**
 * Where commands are found.
 *
 * @module
 */

/**
 * Puts the folders of ip and bpftool on this process's search path, for it and its children: a plain
 * login often leaves them out.
 */
export function addSystemFolders(): void {
  const folders = (Deno.env.get("PATH") ?? "").split(":").filter((folder) => folder !== "");
  const missing = ["/usr/sbin", "/sbin"].filter((folder) => !folders.includes(folder));
  Deno.env.set("PATH", [...folders, ...missing].join(":"));
}
