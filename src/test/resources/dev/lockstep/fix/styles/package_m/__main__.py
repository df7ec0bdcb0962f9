import sys

from package_m import cli

sys.exit(cli.main(sys.argv[1:]))
