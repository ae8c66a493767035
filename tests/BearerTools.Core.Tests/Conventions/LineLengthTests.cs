namespace BearerTools.Tests.Conventions;

public sealed class LineLengthTests
{
    private const int LongestLine = 140;

    [Fact]
    public void No_line_of_the_source_is_longer_than_140_columns()
    {
        var files = Sources.Of("src");
        Assert.True(files.Length > 50, "The files were not found.");
        Assert.Empty(files.SelectMany(TooLong));
    }

    [Fact]
    public void A_line_that_is_too_long_is_named_with_its_file()
    {
        var longest = new string('x', LongestLine);
        Assert.Equal(["A.cs:2 has 141 columns"], TooLong(new SourceFile("A.cs", $"{longest}\n{longest}x\r\n{longest}\r\n")));
    }

    private static IEnumerable<string> TooLong(SourceFile file) =>
        file.Text.Split('\n')
            .Select((line, at) => (Number: at + 1, Columns: line.TrimEnd('\r').Length))
            .Where(line => line.Columns > LongestLine)
            .Select(line => $"{file.Path}:{line.Number} has {line.Columns} columns");
}
