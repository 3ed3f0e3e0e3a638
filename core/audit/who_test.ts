import { deepStrictEqual } from "node:assert/strict";
import { whoAsks } from "./who.ts";

const PASSWD = "root:x:0:0:root:/root:/bin/sh\nkim:x:1000:1000::/home/kim:/bin/sh\n";

function asked(
  uid: number,
  env: Readonly<Record<string, string>> = {},
  login = "4294967295",
): ReturnType<typeof whoAsks> {
  const files: Readonly<Record<string, string>> = {
    "/etc/passwd": PASSWD,
    "/proc/thread-self/status": `Name:\tdeno\nUid:\t${uid}\t0\t0\t0\nGid:\t0\n`,
    "/proc/self/loginuid": login,
  };
  const readText = (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error(`Cannot read "${path}"`);
    return text;
  };
  return whoAsks({ readText, env: (name) => env[name] });
}

Deno.test("whoAsks() names the user, and who became root", () => {
  deepStrictEqual(asked(0, { SUDO_UID: "1000" }, "1000\n"), {
    uid: 0,
    user: "root",
    via: { tool: "sudo", uid: 1000, user: "kim" },
    login: 1000,
    account: null,
  });
  deepStrictEqual(asked(0, { PKEXEC_UID: "77" }).via, { tool: "pkexec", uid: 77, user: null });
  deepStrictEqual(asked(0).login, null);
});

Deno.test("whoAsks() believes the environment of root only", () => {
  const env = { SUDO_UID: "0", BPFMAN_SERVICE_ACCOUNT: "kube-system/agent" };
  const { user, via, account } = asked(1000, env);
  deepStrictEqual([user, via, account], ["kim", null, null]);
  deepStrictEqual(asked(0, env).account, "kube-system/agent");
  deepStrictEqual(asked(0, { SUDO_UID: "0; rm" }).via, null);
});

Deno.test("whoAsks() says nothing where nothing can be read", () => {
  const readText = (): never => {
    throw new Error("Cannot read it");
  };
  deepStrictEqual(whoAsks({ readText, env: () => "1000" }), {
    uid: null,
    user: null,
    via: null,
    login: null,
    account: null,
  });
});
