using BearerTools.Diagnostics;
using BearerTools.Grants;
using BearerTools.Security;
using BearerTools.Tokens;

namespace BearerTools.Entra.Assertions;

/// <summary>An assertion in a file or variable that another process keeps up to date. Read again for each request.</summary>
internal sealed class ReferencedAssertion(SecretReference place) : AssertionProof
{
    private readonly Secret? _first = place.Immediate;

    public override void AddTo(TokenKey.Builder key) => key.AddSecret("assertion", place.CanChange ? null : _first, place.Text);

    protected override ValueTask<Secret> MakeAsync(TokenRequestContext context, CancellationToken cancel)
    {
        if (context.Events.IsEnabled(EventLevel.Verbose)) context.Events.Write(new AssertionRead(place.Shown));
        return new(new Secret(TokenText.Strip(place.Read().Reveal())));
    }
}
