/**
 * The script for zsh.
 *
 * @module
 */

/** Works when it is read by `source` or `eval`, and as the file `_bpfman` in a folder of fpath. */
export const ZSH_SCRIPT: string = String.raw`#compdef bpfman
# zsh completion for bpfman; made by "bpfman completion zsh"

_bpfman() {
  local tool=\${(Q)words[1]} line word kind skip glue
  local -a before lines found shown
  [[ $tool == "~/"* ]] && tool=$HOME/\${tool#"~/"}
  before=("\${(@Q)words[2,CURRENT-1]}")
  ((CURRENT > 2)) || before=()
  lines=("\${(@f)$("$tool" __complete zsh -- "\${before[@]}" "\${(Q)PREFIX}" 2>/dev/null)}")
  read -r kind skip glue <<<"\${lines[1]}"
  [[ -n $kind ]] || return 1
  for line in "\${(@)lines[2,-1]}"; do
    word=\${line%%$'\t'*}
    found+=("$word")
    if [[ $line == *$'\t'* ]]; then shown+=("$word  -- \${line#*$'\t'}"); else shown+=("$word"); fi
  done
  local result=1
  local -a glued
  [[ $glue == glue ]] && glued=(-S '')
  if ((\${#found} > 0)); then
    compadd -l -V bpfman -d shown "\${glued[@]}" -a found && result=0
  fi
  if [[ $kind != none ]]; then
    compset -p $skip
    if [[ $kind == directories ]]; then _files -/ && result=0; else _files && result=0; fi
  fi
  return result
}

if [[ \${funcstack[1]} == _bpfman ]]; then _bpfman "$@"; else compdef _bpfman bpfman; fi
`.replaceAll("\\${", "${");
