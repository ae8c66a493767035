using System.Diagnostics.CodeAnalysis;

namespace BearerTools;

/// <summary>
/// How JSON numbers with a fraction or an exponent are converted. Integers always become Int64 or, if too large, BigInteger.
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are those of the resulting types.")]
public enum JsonNumberKind
{
    /// <summary>A Double, as in ConvertFrom-Json.</summary>
    Default,

    /// <summary>A Decimal, which keeps 28 digits and trailing zeros; a Double if the number is out of range.</summary>
    Decimal,
}
