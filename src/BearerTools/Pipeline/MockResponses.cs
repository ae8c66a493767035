using System.Collections;
using System.Globalization;
using System.Management.Automation;
using BearerTools.Binding;
using BearerTools.Mocking;
using BearerTools.Security;

namespace BearerTools.Pipeline;

/// <summary>Creates responses of mocks from parameters.</summary>
internal static class MockResponses
{
    /// <param name="command">The command, for paths.</param>
    /// <param name="status">The status.</param>
    /// <param name="headers">The headers, or <see langword="null"/>.</param>
    /// <param name="type">The media type, or <see langword="null"/> for that of the body.</param>
    /// <param name="retryAfter">Seconds for Retry-After, or <see langword="null"/>.</param>
    /// <param name="file">Path of a file with the body, or <see langword="null"/>.</param>
    /// <exception cref="BearerRequestException">The file cannot be read, or a header is not valid.</exception>
    public static MockResponse Create(
        PSCmdlet command, int status, IDictionary? headers, string? type, int? retryAfter, string? file)
    {
        var pairs = headers is null ? [] : RequestBodyFactory.Pairs(headers).ToList();
        foreach (var (name, value) in pairs) CheckHeader(name, value);
        if (retryAfter is { } seconds) pairs.Add(new("Retry-After", seconds.ToString(CultureInfo.InvariantCulture)));
        return new MockResponse
        {
            Status = status,
            Headers = pairs,
            MediaType = type ?? (file is null ? null : TypeOf(file)),
            Body = file is null ? default : Read(command, file),
        };
    }

    /// <exception cref="BearerRequestException">The status allows no body (RFC 9110 section 6.4.1).</exception>
    public static void CheckBody(MockResponse response)
    {
        if (response.MayHaveBody || response.Body.IsEmpty) return;
        throw MockErrors.InvalidRule(
            $"A response with the status {response.Status} has no body.", "Omit the body, or return it with another status, such as 200.");
    }

    private static void CheckHeader(string name, string value)
    {
        var shown = ServerText.Clean(name, 100);
        if (!HttpToken.Is(name))
            throw MockErrors.InvalidRule($"'{shown}' is not the name of a header.", "Use letters, digits and hyphens.");
        if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            throw MockErrors.InvalidRule(
                $"The value of the header {shown} contains a line break or a null character.", "Remove it, such as with .Trim().");
        }

        if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
        {
            throw MockErrors.InvalidRule(
                $"The header {shown} cannot be set: it follows from the body.",
                "Omit it; for a response that breaks off, use New-BearerMockResponse -BreakAfter.");
        }
    }

    private static byte[] Read(PSCmdlet command, string file)
    {
        var path = PSLocation.File(command, file);
        try
        {
            return RegularFile.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw MockErrors.Error("MockFileUnreadable", BearerErrorKind.File, $"{path} cannot be read: {e.Message}", "Check the path.");
        }
    }

    private static string TypeOf(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".json" => "application/json; charset=utf-8",
        ".xml" => "application/xml",
        ".csv" => "text/csv; charset=utf-8",
        ".txt" => "text/plain; charset=utf-8",
        ".html" => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    };
}
