greet() { echo "Grüße, $1!"; }
