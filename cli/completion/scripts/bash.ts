/**
 * The script for bash.
 *
 * @module
 */

/** Works with bash 4.4 or newer, with and without the package bash-completion. */
export const BASH_SCRIPT: string = String
  .raw`# bash completion for bpfman; made by "bpfman completion bash"

_bpfman_complete() {
  local tool=$1 rest=\${COMP_LINE:0:COMP_POINT} piece trimmed line
  local -a words=() lines=() found=()
  local i last
  # bash cuts words at colons and equals signs: what has no space before it is put together again
  for ((i = 0; i <= COMP_CWORD; i++)); do
    piece=\${COMP_WORDS[i]}
    trimmed=\${rest#"\${rest%%[![:space:]]*}"}
    if [[ $trimmed == "$piece"* ]]; then last=$piece; else last=$trimmed; fi
    if [[ $trimmed == "$rest" ]] && ((i > 0)); then
      words[\${#words[@]} - 1]+=$last
    else
      words+=("$last")
    fi
    rest=\${trimmed#"$last"}
  done
  [[ $tool == "~/"* ]] && tool=$HOME/\${tool:2}
  mapfile -t lines < <("$tool" __complete bash -- "\${words[@]:1}" 2>/dev/null)
  ((\${#lines[@]} > 0)) || return 0
  local kind skip glue current=\${words[\${#words[@]} - 1]}
  IFS=' ' read -r kind skip glue <<<"\${lines[0]}"
  # what stands before the last character that cuts words stays in the line
  local breaks=\${COMP_WORDBREAKS//[[:space:]\"\']/}
  local cut=\${current%"\${current##*["$breaks"]}"}
  for line in "\${lines[@]:1}"; do
    piece=\${line%%$'\t'*}
    piece=\${piece#"$cut"}
    # names of others may have spaces and worse; within quotes readline sees to it
    if [[ $current != *[\"\']* && $piece == *[!A-Za-z0-9_@%+=:,./-]* ]]; then
      printf -v piece %q "$piece"
    fi
    # numbers say little: they are shown with what they are, unless bash puts them in as they are
    if [[ $kind == none && $line == *$'\t'* ]] &&
      ((\${#lines[@]} > 2 && COMP_TYPE != 37)); then
      piece+="  (\${line#*$'\t'})"
      ((\${#piece} > COLUMNS - 4 && COLUMNS > 24)) && piece="\${piece:0:COLUMNS - 6}..)"
    fi
    found+=("$piece")
  done
  if [[ $kind != none ]]; then
    compopt -o filenames
    local flag=-f head=\${current:0:skip}
    [[ $kind == directories ]] && flag=-d
    while IFS= read -r line; do
      line=$head$line
      found+=("\${line#"$cut"}")
    done < <(compgen "$flag" -- "\${current:skip}")
  fi
  [[ $glue == glue ]] && compopt -o nospace
  COMPREPLY=("\${found[@]}")
}

complete -o nosort -F _bpfman_complete bpfman
`.replaceAll("\\${", "${");
