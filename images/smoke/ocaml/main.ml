let () =
  print_endline (Greet.greet (read_line ()));
  exit 3
