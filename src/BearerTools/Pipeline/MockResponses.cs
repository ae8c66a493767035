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
    /// <exception cref="BearerRequestException">The file cannot be read.</exception>
    public static MockResponse Create(
        PSCmdlet command, int status, IDictionary? headers, string? type, int? retryAfter, string? file)
    {
        var pairs = headers is null ? [] : RequestBodyFactory.Pairs(headers).ToList();
        if (retryAfter is { } seconds) pairs.Add(new("Retry-After", seconds.ToString(CultureInfo.InvariantCulture)));
        return new MockResponse
        {
            Status = status,
            Headers = pairs,
            MediaType = type ?? (file is null ? null : TypeOf(file)),
            Body = file is null ? default : Read(command, file),
        };
    }

    private static byte[] Read(PSCmdlet command, string file)
    {
        var path = PSLocation.File(command, file);
        try
        {
            return RegularFile.ReadAllBytes(path, Array.MaxLength - 1);
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
