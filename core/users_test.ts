import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { callerOfRoot, findUser, readId, realUid, serviceAccountOf } from "./users.ts";

const PASSWD = `# users
root:x:0:0:root:/root:/bin/sh
broken:x
empty:x::5::/home/empty:/bin/sh
kim:x:1000:100::/home/kim:/bin/sh
`;

const variables = (env: Readonly<Record<string, string>>) => (name: string) => env[name];

Deno.test("findUser() finds users by their ids, and takes no broken row for root", () => {
  deepStrictEqual(findUser(PASSWD, 1000), { name: "kim", gid: 100, home: "/home/kim" });
  deepStrictEqual(findUser(PASSWD, 0)?.name, "root");
  strictEqual(findUser("empty:x::5::/home/empty:/bin/sh\n", 0), null);
  strictEqual(findUser("# kim:x:1000:100::/home/kim:/bin/sh\n", 1000), null);
  deepStrictEqual(findUser("bare:x:7", 7), { name: "bare", gid: null, home: "" });
  strictEqual(findUser(PASSWD, 7), null);
});

Deno.test("callerOfRoot() believes sudo before pkexec, and neither what is no id", () => {
  const caller = (env: Readonly<Record<string, string>>) => callerOfRoot(variables(env));
  deepStrictEqual(caller({ SUDO_UID: "5", PKEXEC_UID: "6" }), { tool: "sudo", uid: 5 });
  deepStrictEqual(caller({ SUDO_UID: "0; rm", PKEXEC_UID: "6" }), { tool: "pkexec", uid: 6 });
  strictEqual(caller({ SUDO_UID: "" }), null);
  strictEqual(caller({}), null);
});

Deno.test("ids are whole numbers, and empty accounts are none", () => {
  deepStrictEqual(["7", "-7", "7x", "", "12345678901"].map(readId), [7, null, null, null, null]);
  strictEqual(realUid("Name:\tdeno\nUid:\t1000\t0\t0\t0\n"), 1000);
  strictEqual(realUid("Name:\tdeno\n"), null);
  strictEqual(serviceAccountOf(variables({ BPFMAN_SERVICE_ACCOUNT: "a/b" })), "a/b");
  strictEqual(serviceAccountOf(variables({ BPFMAN_SERVICE_ACCOUNT: "" })), null);
});
