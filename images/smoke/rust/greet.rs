pub fn greet(name: &str) -> String {
    format!("Grüße, {}!", name)
}
