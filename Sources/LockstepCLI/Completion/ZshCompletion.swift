/// The script that completes command lines in zsh, with what each command and option does.
struct ZshCompletion {
    private let table: CompletionTable

    init(_ table: CompletionTable) { self.table = table }

    /// The script.
    var script: String {
        let name = table.function
        return """
            #compdef \(Console.line(table.program))
            # Completion of \(Console.line(table.program)) for zsh, made by 'completion zsh'.

            # Tells what belongs to a command: its commands, its options, and what its operands are.
            \(name)_command() {
                commands=() options=() operands=()
                case $1 in
            \(table.entries.map(command).joined())    esac
            }

            # Tells what the value of an option is; fails where the option takes none.
            \(name)_value() {
                kind='' values=()
                case "$1 $2" in
            \(values)    *) return 1 ;;
                esac
            }

            \(name)() {
                local word=${words[CURRENT]} before='' place='' each='' kind='' plain=''
                local -i index=2 count=0
                local -a commands options operands values
                \(name)_command "$place"
                while ((index < CURRENT)); do
                    each=${words[index]}
                    if [[ -n $plain ]]; then
                        ((count += 1))
                    elif [[ $each == -- ]]; then
                        plain=yes
                    elif [[ $each == -* ]]; then
                        if \(name)_value "$place" "$each"; then ((index += 1)); fi
                    elif ((${commands[(I)${(b)each}:*]})); then
                        place=${place:+$place }$each
                        \(name)_command "$place"
                    else
                        ((count += 1))
                    fi
                    ((index += 1))
                done
                kind='' values=()
                ((CURRENT > 2)) && before=${words[CURRENT - 1]}
                if [[ -z $plain && $word == --*=* ]] && \(name)_value "$place" "${word%%=*}"; then
                    compset -P '*='
                elif [[ -z $plain && $before == -* ]] && \(name)_value "$place" "$before"; then
                    :
                elif [[ -z $plain && $word == -* ]]; then
                    _describe -o option options
                    return
                elif ((${#commands})); then
                    _describe -t commands command commands
                    return
                elif ((${#operands})); then
                    if ((count >= ${#operands})); then
                        # The last operand may stand several times where it says so.
                        [[ ${operands[-1]} == *+ ]] || return 1
                        count=$((${#operands} - 1))
                    fi
                    kind=${operands[count + 1]%+}
                    case $kind in
                    files | directories | '') ;;
                    *) values=(${=kind}) kind='' ;;
                    esac
                fi
                case $kind in
                files) _files ;;
                directories) _files -/ ;;
                *) compadd -- $values ;;
                esac
            }

            if [[ ${funcstack[1]} == \(name) ]]; then
                \(name) "$@"
            elif (($+functions[compdef])); then
                compdef \(name) \(CompletionTable.quoted(table.program))
            fi

            """
    }

    private func command(_ entry: CompletionTable.Entry) -> String {
        let syntax = entry.syntax
        let commands = syntax.subcommands.map { Self.described($0.name, $0.summary) }
        let options = syntax.allOptions.flatMap { option in
            option.words.map { Self.described($0, option.summary) }
        }
        return """
                \(CompletionTable.quoted(entry.place)))
                    commands=(\(commands.joined(separator: " ")))
                    options=(\(options.joined(separator: " ")))
                    operands=(\(entry.operands))
                    ;;

            """
    }

    private var values: String {
        table.cases { values in
            switch values {
            case .words(let words):
                "values=(\(words.map(CompletionTable.quoted).joined(separator: " ")))"
            default: "kind=\(CompletionTable.quoted(values.text))"
            }
        }
    }

    /// A word with what it does, for `_describe`.
    private static func described(_ word: String, _ summary: String) -> String {
        let name = word.split(separator: ":", omittingEmptySubsequences: false)
        return CompletionTable.quoted(name.joined(separator: "\\:") + ":" + summary)
    }
}
