. ./greet.sh
read -r name
greet "$name"
exit 3
