/**
 * Configurations that are refused, and what is said of them.
 *
 * @module
 */

/** A configuration that is refused. */
export interface BadConfiguration {
  readonly text: string;
  readonly says: RegExp;
  /** True for text that is no TOML. @default false */
  readonly isBroken?: boolean;
}

function bad(text: string, says: RegExp): BadConfiguration {
  return { text, says };
}

/** Configurations that are refused. */
export const BAD_CONFIGURATIONS: readonly BadConfiguration[] = [
  bad(
    "[signing]\nallow_unsigned = 1\n",
    /signing\.allow_unsigned in "f": it must be true or false/,
  ),
  bad('[signing]\nverify_enabled = "no"\n', /signing\.verify_enabled in "f"/),
  bad("signing = true\n", /signing in "f": it must be a table/),
  bad(
    "[signing]\ntrusted_identities = 1\n",
    /signing\.trusted_identities in "f": it must be a list/,
  ),
  bad(
    '[[signing.trusted_identities]]\nidentity = "a"\n',
    /identity and issuer must both be given/,
  ),
  bad('[[signing.trusted_identities]]\nname = "a"\n', /the key "name" is unknown/),
  bad(
    '[[signing.trusted_identities]]\nidentity = ""\nissuer = "a"\n',
    /identity: it must be a text/,
  ),
  bad(
    '[[signing.trusted_identities]]\nidentity_regexp = "("\nissuer = "a"\n',
    /identity_regexp: it must be a pattern/,
  ),
  bad('[policy]\npath = "p.json"\n', /policy\.path in "f": it must be an absolute path/),
  bad(
    '[policy]\npath = "/p"\n[policy.default]\n',
    /give a path or the policy itself, not both/,
  ),
  { text: "[maps\n", says: /Cannot read configuration "f": line 1/, isBroken: true },
  bad("maps = 1\n", /maps in "f": it must be a table/),
  bad("[maps]\ngroup = true\n", /maps\.group/),
  bad('[maps]\ngroup = ""\n', /maps\.group/),
  bad("[maps]\ngroup = -1\n", /maps\.group/),
  bad('[maps]\nmode = "rw-"\n', /maps\.mode/),
  bad("[maps]\nmode = 4096\n", /maps\.mode/),
  bad('[chain]\nengine = "fast"\n', /chain\.engine in "f": it must be one of auto, compose/),
  bad("chain = 1\n", /chain in "f": it must be a table/),
  bad("audit = 7\n", /audit in "f": it must be a table/),
  bad('[audit]\nrequired = "yes"\n', /audit\.required in "f"/),
  bad('[audit]\nfile = "a.jsonl"\n', /audit\.file in "f"/),
  bad('[audit]\nfile = "/srv/"\n', /audit\.file in "f"/),
  bad("[audit]\nmax_size = 1\n", /audit\.max_size in "f"/),
  bad("[audit]\nmax_size = 5000.5\n", /audit\.max_size in "f"/),
  bad("registries = 1\n", /registries in "f": it must be a table/),
  bad("[registries]\na = 1\n", /registries\."a" in "f": it must be a table/),
  bad('[registries.a]\ninsecure = "yes"\n', /registries\."a"\.insecure .* true or false/),
  bad('[registries.a]\nca_file = "ca.pem"\n', /registries\."a"\.ca_file .* absolute path/),
];
