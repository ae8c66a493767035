using System.Diagnostics.CodeAnalysis;

namespace BearerTools;

/// <summary>What JSON numbers with a fraction or an exponent become. Integers are Int64, or BigInteger beyond it, in any case.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is the type that one gets.")]
public enum JsonNumberKind
{
    /// <summary>A Double, as ConvertFrom-Json has it.</summary>
    Default,

    /// <summary>A Decimal, which keeps 28 digits and trailing zeros; a Double where the number is out of a Decimal's range.</summary>
    Decimal,
}
