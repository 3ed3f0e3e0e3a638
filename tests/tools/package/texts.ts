/**
 * The texts of an installation that are written for it alone.
 *
 * @module
 */

/** The configuration as it is installed: what can be set, and how it is without a setting. */
export const DEFAULT_CONFIGURATION =
  `# Configuration of bpfman. It sets nothing: take the "#" of a table and of its line away.
# The pages on chains, policy, signatures, images and the audit log say what each setting does.

#[chain]
# Who runs several XDP or TC programs at one place: "auto", "compose", "freplace" or "libxdp".
#engine = "auto"

#[maps]
# Who else may open the maps of programs.
#group = "root"
#mode = "0600"

#[signing]
# True lets images in that nobody signed.
#allow_unsigned = false
#verify_enabled = true

#[audit]
#file = "/var/log/bpfman/audit.jsonl"
# True: what cannot be written down is not done.
#required = false
#max_size = 16777216

# A registry that speaks no TLS, or has a certificate of your own authority:
#[registries."registry.example.com:5000"]
#insecure = true
#ca_file = "/etc/bpfman/registry-ca.pem"
`;

/** A policy to begin with; as /etc/bpfman/policy.json it holds. */
export const EXAMPLE_POLICY = `{
  // Copy this file to /etc/bpfman/policy.json, and ask "bpfman policy check" about it.
  "default": { "action": "reject" },
  "scopes": {
    // Object files that came with packages of this machine.
    "file:/usr/lib/bpf": { "action": "accept" },
    // Images of one team, signed with its key.
    "registry.example.com/net": {
      "require": [{ "keys": ["/etc/bpfman/keys/net.pub"] }]
    }
  }
}
`;
