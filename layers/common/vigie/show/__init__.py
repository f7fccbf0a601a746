"""What a person reads, made safe to read: text cut and cleaned, quotes, SMS, words in French and English, advice."""
