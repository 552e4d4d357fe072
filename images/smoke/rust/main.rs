mod greet;

fn main() {
    let mut name = String::new();
    std::io::stdin().read_line(&mut name).unwrap();
    println!("{}", greet::greet(name.trim()));
    std::process::exit(3);
}
