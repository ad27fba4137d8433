# Every name and port that docker compose would let a neighbour use.
set -e
same() {
    [ "$1" = "$2" ] || { echo "not '$2' but '$1'"; exit 1; }
}
get() {
    timeout 5 wget -q -O - "http://$1"
}
for name in web www static; do
    same "$(get "$name:8080/")" "start"
done
same "$(get web:8080/sub/page.txt)" "below"
same "$(get web:8080/uploads/note.txt)" "left by another service"
same "$(get web:8080/token)" "s3cr3t"
same "$(hostname -i | wc -w)" 1
echo "all is well"
