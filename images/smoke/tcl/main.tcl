source greet.tcl
puts [greet [gets stdin]]
exit 3
