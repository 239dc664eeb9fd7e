/// The script that completes command lines in bash; it needs nothing but bash 4.
struct BashCompletion {
    private let table: CompletionTable

    init(_ table: CompletionTable) { self.table = table }

    /// The script.
    var script: String {
        let name = table.function
        return """
            # Completion of \(Console.line(table.program)) for bash, made by 'completion bash'.

            # Tells what belongs to a command: its commands, its options, and what its operands are.
            \(name)_command() {
                commands='' options='' operands=()
                case $1 in
            \(table.entries.map(command).joined())    esac
            }

            # Tells what the value of an option is; fails where the option takes none.
            \(name)_value() {
                kind='' values=''
                case "$1 $2" in
            \(values)    *) return 1 ;;
                esac
            }

            \(name)() {
                local word=${COMP_WORDS[COMP_CWORD]} before='' place='' each='' index=1 count=0
                local commands='' options='' kind='' values='' plain=''
                local -a operands=()
                # Bash takes an equals sign for a word of its own.
                if [[ $word == '=' ]]; then
                    word='' before=${COMP_WORDS[COMP_CWORD - 1]}
                elif ((COMP_CWORD > 2)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then
                    before=${COMP_WORDS[COMP_CWORD - 2]}
                elif ((COMP_CWORD > 1)); then
                    before=${COMP_WORDS[COMP_CWORD - 1]}
                fi
                \(name)_command "$place"
                while ((index < COMP_CWORD)); do
                    each=${COMP_WORDS[index]}
                    if [[ -n $plain ]]; then
                        ((count += 1))
                    elif [[ $each == -- ]]; then
                        plain=yes
                    elif [[ $each == -* ]]; then
                        if \(name)_value "$place" "$each"; then
                            if [[ ${COMP_WORDS[index + 1]} == '=' ]]; then ((index += 1)); fi
                            ((index += 1))
                        fi
                    elif [[ " $commands " == *" $each "* ]]; then
                        place=${place:+$place }$each
                        \(name)_command "$place"
                    else
                        ((count += 1))
                    fi
                    ((index += 1))
                done
                COMPREPLY=() kind='' values=''
                if [[ -z $plain && $before == -* ]] && \(name)_value "$place" "$before"; then
                    :
                elif [[ -z $plain && $word == -* ]]; then
                    values=$options
                elif [[ -n $commands ]]; then
                    values=$commands
                elif ((${#operands[@]} > 0)); then
                    if ((count >= ${#operands[@]})); then
                        # The last operand may stand several times where it says so.
                        [[ ${operands[-1]} == *+ ]] || return 0
                        count=$((${#operands[@]} - 1))
                    fi
                    kind=${operands[count]%+}
                    case $kind in
                    files | directories | '') ;;
                    *) values=$kind kind='' ;;
                    esac
                fi
                case $kind in
                files)
                    compopt -o filenames 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -f -- "$word")
                    ;;
                directories)
                    compopt -o filenames 2>/dev/null
                    mapfile -t COMPREPLY < <(compgen -d -- "$word")
                    ;;
                *) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$word") ;;
                esac
            }

            complete -F \(name) -- \(CompletionTable.quoted(table.program))

            """
    }

    private func command(_ entry: CompletionTable.Entry) -> String {
        let syntax = entry.syntax
        let commands = syntax.subcommands.map(\.name).joined(separator: " ")
        let options = syntax.allOptions.flatMap(\.words).joined(separator: " ")
        return """
                \(CompletionTable.quoted(entry.place)))
                    commands=\(CompletionTable.quoted(commands))
                    options=\(CompletionTable.quoted(options))
                    operands=(\(entry.operands))
                    ;;

            """
    }

    private var values: String {
        table.cases { values in
            let text = CompletionTable.quoted(values.text)
            return if case .words = values { "values=\(text)" } else { "kind=\(text)" }
        }
    }
}
