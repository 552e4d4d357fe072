exports.greet = name => `Grüße, ${name}!`;
