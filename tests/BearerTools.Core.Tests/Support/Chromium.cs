using System.Diagnostics;

namespace BearerTools.Tests.Support;

/// <summary>A browser without a window that loads one page and ends.</summary>
internal static class Chromium
{
    public const string Program = "chromium";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>The page as HTML after its scripts have run.</summary>
    public static Task<string> LoadAsync(TestFolder folder, string address, params string[] options) =>
        RunAsync(folder, [.. options, "--dump-dom", address]);

    /// <summary>Takes a picture of the page.</summary>
    public static Task TakePictureAsync(TestFolder folder, string address, string path, params string[] options) =>
        RunAsync(folder, [.. options, $"--screenshot={path}", address]);

    private static async Task<string> RunAsync(TestFolder folder, string[] arguments)
    {
        string[] all =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--window-size=1280,800",
            $"--user-data-dir={folder.At("browser")}", .. arguments,
        ];
        var start = new ProcessStartInfo(Program, all) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var page = await process.StandardOutput.ReadToEndAsync().WaitAsync(s_limit);
        await process.WaitForExitAsync().WaitAsync(s_limit);
        Assert.True(process.ExitCode == 0, await errors);
        return page;
    }
}
