namespace BearerTools.Security;

/// <summary>Formats addresses for messages and traces, without parts that may be secret.</summary>
internal static class PrintableAddress
{
    /// <summary>The address with the names in its query, but without their values. Parts of the query without a name are omitted.</summary>
    public static string Of(Uri address)
    {
        var text = Path(address);
        if (address.Query.Length > 1) text = $"{text}?{string.Join('&', address.Query[1..].Split('&').Select(Name))}";
        return CredentialForms.Redact(LiveSecrets.Redact(text), LiveSecrets.Mark);
    }

    /// <summary>The address without its query.</summary>
    public static string WithoutQuery(Uri address) => ServerText.Clean(Path(address));

    private static string Path(Uri address) => PathParameters.Redact(
        address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped), LiveSecrets.Mark);

    private static string Name(string pair) =>
        pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var end ? pair[..end] + "=…" : "…";
}
