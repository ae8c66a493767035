using System.Management.Automation;
using BearerTools.Mocking;
using Microsoft.PowerShell.Commands;

namespace BearerTools.Pipeline;

/// <summary>Paths of files that mocks read or write.</summary>
internal static class MockPaths
{
    /// <summary>The full path.</summary>
    /// <exception cref="BearerRequestException">It is not a path of the file system.</exception>
    public static string Full(PSCmdlet command, string path)
    {
        var full = command.SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
        return provider.ImplementingType == typeof(FileSystemProvider)
            ? full
            : throw MockErrors.Error("MockFileUnreadable", BearerErrorKind.File, $"{path} is not in the file system.",
                "Pass the path of a file.");
    }
}
