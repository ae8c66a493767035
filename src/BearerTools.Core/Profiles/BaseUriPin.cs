using BearerTools.Security;

namespace BearerTools.Profiles;

/// <summary>The first base address that a token response named for a profile. The profile stays at its origin.</summary>
internal sealed class BaseUriPin
{
    private Uri? _first;

    /// <exception cref="BearerTokenException">The response names an address at another origin than before.</exception>
    public void Check(Uri address)
    {
        var first = Interlocked.CompareExchange(ref _first, address, null) ?? address;
        if (Origin.Of(first) == Origin.Of(address)) return;
        throw new BearerTokenException(
            $"The token response now names {Origin.Of(address)} as the base address; the profile has used {Origin.Of(first)} until now.")
        {
            ErrorId = "BaseUriChanged",
            Kind = BearerErrorKind.Security,
            NextStep = "If the API has moved there, define the profile again with Set-BearerProfile.",
        };
    }
}
