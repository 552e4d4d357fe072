module greet;

string greeting(string name) { return "Grüße, " ~ name ~ "!"; }
