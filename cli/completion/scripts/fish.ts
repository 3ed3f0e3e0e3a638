/**
 * The script for fish.
 *
 * @module
 */

/** Works with fish 3.1 or newer. */
export const FISH_SCRIPT: string = String
  .raw`# fish completion for bpfman; made by "bpfman completion fish"

function __bpfman_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct | string unescape)
    set -l tool $words[1]
    set -e words[1]
    set -l lines ($tool __complete fish -- $words "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    set -l header (string split ' ' -- $lines[1])
    for line in $lines[2..-1]
        printf '%s\n' $line
    end
    if test "$header[1]" != none
        set -l head (string sub -l $header[2] -- "$current")
        set -l path (string sub -s (math $header[2] + 1) -- "$current")
        if test "$header[1]" = directories
            for found in (__fish_complete_directories "$path")
                printf '%s%s\n' "$head" $found
            end
        else
            for found in (__fish_complete_path "$path")
                printf '%s%s\n' "$head" $found
            end
        end
    end
end

complete -c bpfman -e
complete -c bpfman -f -k -a '(__bpfman_complete)'
`;
