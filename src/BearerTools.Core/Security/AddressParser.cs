using System.Diagnostics.CodeAnalysis;

#pragma warning disable RS0030 // The one place where they are called.

namespace BearerTools.Security;

/// <summary>
/// The only place that parses addresses. <see cref="Uri.TryCreate(string, UriKind, out Uri)"/> throws an
/// <see cref="IndexOutOfRangeException"/> for some texts, such as <c>//</c> and a bidirectional control character
/// (https://github.com/dotnet/runtime/issues/1487); .NET 8 also creates addresses whose members throw
/// (https://github.com/dotnet/runtime/issues/110480). Text of a server must not throw an error without a type.
/// </summary>
internal static class AddressParser
{
    /// <summary>Parses an absolute address. False, without an exception, for any text that is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Uri? address) =>
        TryParse(text, UriKind.Absolute, out address);

    /// <summary>Parses an address, which may be relative. False, without an exception, for any text that is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, UriKind kind, [NotNullWhen(true)] out Uri? address)
    {
        try
        {
            return Uri.TryCreate(text, kind, out address) && IsReadable(address);
        }
        catch (Exception)
        {
            address = null;
            return false;
        }
    }

    /// <summary>Resolves a reference against an absolute address. False, without an exception, for any text that is none.</summary>
    public static bool TryResolve(Uri baseAddress, string? reference, [NotNullWhen(true)] out Uri? address)
    {
        try
        {
            return Uri.TryCreate(baseAddress, reference, out address) && IsReadable(address);
        }
        catch (Exception)
        {
            address = null;
            return false;
        }
    }

    /// <summary>
    /// Makes an address of its parts. False if the runtime refuses them: .NET 8 has a limit of 65,519 characters, and a host name may no
    /// longer be one after the characters were removed that are removed when it is parsed for the first time.
    /// </summary>
    public static bool TryBuild(UriBuilder parts, [NotNullWhen(true)] out Uri? address)
    {
        try
        {
            address = parts.Uri;
            return true;
        }
        catch (Exception)
        {
            address = null;
            return false;
        }
    }

    /// <summary>An address that this module knows, as a constant.</summary>
    public static Uri Known([ConstantExpected] string text) => new(text);

    /// <summary>True if the members of an address can be read. Those of web addresses always can.</summary>
    private static bool IsReadable(Uri address) =>
        !address.IsAbsoluteUri || address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp
            || address.AbsoluteUri.Length > 0;
}
