package dev.lockstep.hazard;

/// The five abilities of one hazard.
public record Abilities(Support read, Support see, Support pin, Support fix, Support prove) {
    /// Takes one ability, gives whether it exists.
    public Support of(Ability ability) {
        return switch (ability) {
            case READ -> read;
            case SEE -> see;
            case PIN -> pin;
            case FIX -> fix;
            case PROVE -> prove;
        };
    }

    /// Takes five letters in the order of {@link Ability}: `y` exists, `g` needs a CUDA device, `-`
    /// does not exist; gives the abilities.
    ///
    /// @throws IllegalArgumentException for any other text
    static Abilities parse(String letters) {
        if (letters.length() != 5) {
            throw new IllegalArgumentException("five letters expected: " + letters);
        }
        return new Abilities(
                support(letters.charAt(0)),
                support(letters.charAt(1)),
                support(letters.charAt(2)),
                support(letters.charAt(3)),
                support(letters.charAt(4)));
    }

    private static Support support(char letter) {
        if (letter == 'y') {
            return Support.YES;
        }
        if (letter == 'g') {
            return Support.GPU;
        }
        if (letter == '-') {
            return Support.NO;
        }
        throw new IllegalArgumentException("y, g or - expected: " + letter);
    }
}
