module.exports = name => `Grüße, ${name}!`;
